"""The `kap` command: one process each for serving, working, migrating, importing and scoring."""

from app.command_line import main

if __name__ == "__main__":
    main()
