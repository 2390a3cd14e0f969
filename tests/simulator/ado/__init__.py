"""An Azure DevOps organisation in memory, served on loopback for tests."""
