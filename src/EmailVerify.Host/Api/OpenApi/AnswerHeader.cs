using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>A header of answers, declared once.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What it may be.</param>
/// <param name="About">What it says.</param>
/// <param name="Example">A value.</param>
internal sealed record AnswerHeader(string Name, Shape Shape, string About, string Example)
{
    public static readonly AnswerHeader RequestId = new(
        "X-Request-Id", Text(64, least: 1).With("pattern", "^[A-Za-z0-9._-]+$"), "The id of the request: the caller's own, if it sent one of this form, else a new one. Logs and problems name it.", "req_01M86GVNRVEYHRV72HWAW4YR51");

    public static readonly AnswerHeader Location = new(
        "Location", Path(), "The path of what the request is about; without a host, so that it holds behind any proxy.", "/v1/verifications/ver_01M86GVNRVEYHRV72HWAW4YR51");

    public static readonly AnswerHeader RetryAfter = new("Retry-After", Whole(0, 31_622_400), "After how many seconds asking again makes sense.", "5");

    public static readonly AnswerHeader ETag = new(
        "ETag", Text(128).With("pattern", "^\"[^\"]*\"$"), "The tag of this state (RFC 9110 8.8.3), for If-None-Match and If-Match.", "\"3f6a1c9b20d84e57\"");

    public static readonly AnswerHeader Link = new("Link", Text(8_192), "The next page (RFC 8288), where there is one.", "</v1/batches?after=c1.x>; rel=\"next\"");

    public static readonly AnswerHeader PreferenceApplied = new("Preference-Applied", Text(64), "Which preference was honoured (RFC 7240).", "wait=5");

    public static readonly AnswerHeader Replayed = new("Idempotency-Replayed", OneOf("true"), "The answer is that of an earlier request with the same key.", "true") { IsRequired = false };

    public static readonly AnswerHeader WwwAuthenticate = new("WWW-Authenticate", Text(64), "How to be let in (RFC 9110 11.6.1).", "Bearer");

    /// <summary>Gets a value indicating whether it is always there.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>The same, where it is not always there.</summary>
    public AnswerHeader Sometimes() => this with { IsRequired = false };
}
