"""Sortal: tell your own pictures apart, honestly, on your own machine."""
