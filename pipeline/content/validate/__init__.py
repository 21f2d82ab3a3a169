"""Checks that the models cannot make, one module for each subject; see `Rule`."""
