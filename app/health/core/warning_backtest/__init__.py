"""Whether early warnings would have told, on days that are past, whose revenue fell afterwards."""
