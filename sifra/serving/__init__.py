"""What gunicorn runs: which processes there are, and what may be logged.

The process that watches over the others loads this and no more: nothing here imports Flask.
"""
