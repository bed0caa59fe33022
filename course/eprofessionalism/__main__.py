"""`python -m eprofessionalism` is `eprof`."""

from eprofessionalism.cli import main

main(prog_name="eprof")
