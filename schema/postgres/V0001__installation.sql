-- What makes this database one installation. pepper: the secret of keyed hashes; kind: whether its verdicts are real or made up by a sandbox.
CREATE TABLE installation (
    is_only boolean     NOT NULL PRIMARY KEY DEFAULT true CHECK (is_only),
    kind    text        NOT NULL CHECK (kind IN ('real', 'sandbox')),
    pepper  bytea       NOT NULL CHECK (length(pepper) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);

-- What protects the cookies of who is signed in, the same on every silo.
CREATE TABLE session_keys (
    name    text        NOT NULL PRIMARY KEY,
    xml     text        NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now()
);

-- Keys, never in clear: hash is the SHA-256 of the whole key.
CREATE TABLE api_keys (
    id          text        NOT NULL PRIMARY KEY,
    customer_id text        NOT NULL,
    name        text        NOT NULL,
    hash        bytea       NOT NULL UNIQUE CHECK (length(hash) = 32),
    shown       text        NOT NULL,
    scopes      text[]      NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz,
    revoked_at  timestamptz
);
