"""The floor: a bare Django project with the same rows, on the same server, without anything a portal is for."""
