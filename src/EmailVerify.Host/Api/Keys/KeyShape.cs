using EmailVerify.Core.Customers;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Keys;

/// <summary>Keys as <see cref="KeyWriter"/> writes them, for the document.</summary>
internal static class KeyShape
{
    private static readonly Member[] Members =
    [
        Has("id", Text(64), "The key's id."),
        Has("name", Text(256), "Its name for people."),
        Has("prefix", Text(16), "How it begins."),
        Has("scopes", List(Word([.. Scopes.All]), 16), "What it may do."),
        Has("environment", Word("live", "test"), "Whether something is asked for it, or verdicts are made up."),
        Has("created_at", Time, "When it was made."),
        Has("expires_at", Time.OrNull(), "When it ends by itself."),
        Has("revoked_at", Time.OrNull(), "When somebody ended it."),
    ];

    /// <summary>Gets what is stored of a key.</summary>
    public static Shape Stored { get; } = Object(Members).Named("Key", "A key, as far as it is kept: the key itself is not.");

    /// <summary>Gets a key that was made just now.</summary>
    public static Shape New { get; } = Object(
    [
        Has("key", Text(ApiKeyText.MaxLength), "The key. It is shown this once."),
        .. Members,
        May("replaces", Stored, "The key in whose place it comes."),
    ]).Named("NewKey", "A key that was made just now.");

    /// <summary>What a stored key looks like.</summary>
    public const string Example = """
        {"id":"key_01M86GVNRVEYHRV72HWAW4YR51","name":"shop","prefix":"ev_live_4fQx","scopes":["verify","read"],"environment":"live",
         "created_at":"2026-11-24T10:15:40.912Z","expires_at":null,"revoked_at":null}
        """;

    /// <summary>What a new one looks like.</summary>
    public const string NewExample = """
        {"key":"ev_live_4fQx9ZtLk2Vb7Rm0Hs8Nc3Wd5Ya1Pg3XU64B","id":"key_01M86GVNRVEYHRV72HWAW4YR51","name":"shop","prefix":"ev_live_4fQx","scopes":["verify","read"],"environment":"live",
         "created_at":"2026-11-24T10:15:40.912Z","expires_at":null,"revoked_at":null}
        """;
}
