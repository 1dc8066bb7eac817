using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Health;

internal static partial class HealthEndpoints
{
    /// <summary>Describes <c>/health/live</c>.</summary>
    public static Description DescribeLive() => Describe(
        "Ask whether the process answers", "A dead database does not change the answer: restarting the process would not heal it.", [new(200, "It does.", Of("live"))]);

    /// <summary>Describes <c>/health/ready</c>.</summary>
    public static Description DescribeReady() => Describe(
        "Ask whether requests should be sent here",
        "Started, not stopping, and within its own bounds.",
        [new(200, "They should.", Of("ready")), new(503, "They should not.", Of("starting", "draining", "overloaded"))]);

    /// <summary>Describes <c>/health/started</c>.</summary>
    public static Description DescribeStarted() => Describe(
        "Ask whether the start is over", "The schema of the store fits, and the silo is active.", [new(200, "It is.", Of("started")), new(503, "It is not yet.", Of("starting"))]);

    private static Description Describe(string summary, string text, Answer[] answers) => new(Tags.Health, summary, text) { Answers = [.. answers] };

    private static Content Of(params string[] words) => Content.Json(
        Object(Has("status", Word(words), "How it stands.")), [.. words.Select(word => new Example(word, $$"""{"status":"{{word}}"}"""))]);
}
