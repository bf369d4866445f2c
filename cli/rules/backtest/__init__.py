"""Run `sluice rules backtest`: collect issues, compare two books, print text, HTML or JSON."""
