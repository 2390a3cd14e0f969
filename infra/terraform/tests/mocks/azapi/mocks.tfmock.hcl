# Everything of azapi is written, nothing read.
