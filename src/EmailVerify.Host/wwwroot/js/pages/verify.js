// The page on which one address is verified.
