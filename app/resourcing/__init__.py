"""Who promised what to which account, did it arrive, was it used: resources, commitments, roadblocks, sponsors."""
