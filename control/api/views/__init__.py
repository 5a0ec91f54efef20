"""Thin views: they parse, call one operation or selector, and render."""
