"""The staff database."""

from sifra.migrate import Tree, run_env

run_env(Tree.STAFF)
