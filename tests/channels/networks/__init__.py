"""Every network by one suite, each against a fake that keeps to its documentation."""
