"""The operators' pages: parse, call one operation or selector, render."""
