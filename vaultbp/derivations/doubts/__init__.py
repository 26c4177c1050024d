"""Why a difference may be no mistake: what keeps a step from being called wrong."""
