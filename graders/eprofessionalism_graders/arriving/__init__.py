"""What really arrives, and whose it is: folders, nbgrader's exchange, downloads of Canvas and Moodle, zips in zips."""
