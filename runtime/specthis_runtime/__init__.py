"""Runs of experiments: launched, recorded, outliving every process around them."""
