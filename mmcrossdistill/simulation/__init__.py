"""MiniDrive: a procedural driving world, written in the nuScenes format."""
