"""The demo: an invented year in real municipalities, written through the same actions as everything else."""
