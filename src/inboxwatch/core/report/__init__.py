"""Reports as documents: plain values that every renderer shows in its own form."""
