import CKernels

/// Has loops that are written for eight or sixteen rows at once take no more than so many, so that tests reach each of them.
func limitLanes(_ most: Int) { reach_limit_lanes(CInt(most)) }
