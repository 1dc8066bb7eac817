using System.Collections.Immutable;

namespace EmailVerify.Host.Api.OpenApi;

/// <summary>The chapters of the document, in their order.</summary>
internal static class Tags
{
    public const string Verifications = "Verifications";
    public const string Batches = "Batches";
    public const string Exports = "Exports";
    public const string Insight = "Insight";
    public const string Operation = "Operation";
    public const string Access = "Access";
    public const string Health = "Health";

    /// <summary>Gets all of them, each with what it is about.</summary>
    public static ImmutableArray<(string Name, string About)> All { get; } =
    [
        (Verifications, "One address at a time: whether mail to it would arrive, and why we think so."),
        (Batches, "Lists of addresses: taken in as a stream, verified in the background, told as results, counts and events."),
        (Exports, "A customer's verifications or batches as one file, made in the background."),
        (Insight, "What can be said without asking anybody: how a reply of a mail server is read, what the text of an address tells, what is known of a domain."),
        (Operation, "For who runs the installation: providers, egresses, retries, settings, and whether all of it is able to work."),
        (Access, "Who asks: signing in, and the keys of a customer."),
        (Health, "For probes and monitoring."),
    ];
}
