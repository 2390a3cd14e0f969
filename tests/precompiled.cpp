// Only carries precompiled.h for the other programs.
