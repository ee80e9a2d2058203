"""The cases database."""

from sifra.migrate import Tree, run_env

run_env(Tree.CASES)
