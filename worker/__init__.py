"""When and how: settings, the queue, the pipeline and the command line."""
