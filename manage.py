#!/usr/bin/env python
"""The shell's way in: ``python manage.py COMMAND``."""

from venom_portal.__main__ import main

if __name__ == "__main__":
    main()
