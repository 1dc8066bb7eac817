using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using EmailVerify.Core.Domains;

namespace EmailVerify.Core.Tests.Domains;

/// <summary>The checker of <c>schema/rules/providers.json</c>: what is committed is complete, within bounds, and told in <c>schema/providers.md</c>.</summary>
public sealed class ProviderDataTests
{
    private const string Table = "providers.md";

    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Who punishes the share of unknown recipients by their own words.</summary>
    private static readonly string[] Punishers = ["outlook", "yahoo", "gmx", "ionos", "netease", "cox", "godaddy", "cisco", "exchange"];

    [Fact]
    public void Data_EveryValue_HasItsSourceAndItsDay()
    {
        using var data = Read();
        Assert.All(data.RootElement.GetProperty("providers").EnumerateArray(), provider =>
        {
            var sources = provider.GetProperty("sources");
            var values = provider.EnumerateObject().Select(member => member.Name).Where(name => name is not ("name" or "reviewed" or "sources")).ToArray();
            Assert.Equal(values.Order(StringComparer.Ordinal), sources.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.All(sources.EnumerateObject(), source => Assert.False(string.IsNullOrWhiteSpace(source.Value.GetString())));
            Assert.InRange(DateOnly.ParseExact(provider.GetProperty("reviewed").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture), new DateOnly(2026, 11, 1), DateOnly.ParseExact(data.RootElement.GetProperty("version").GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture));
            Assert.True(provider.TryGetProperty("tells_the_truth", out var truth) && truth.ValueKind is JsonValueKind.String);
            Assert.True(provider.TryGetProperty("exchangers", out _) != provider.TryGetProperty("software", out _));
        });
    }

    [Fact]
    public void Data_Figures_StayWithinThePolitenessBudget() =>
        Assert.All(ProviderCatalog.Default.Policies, policy =>
        {
            Assert.InRange(policy.Sessions, 1, 2);
            Assert.InRange(policy.SessionsPerMinute, 1, 30);
            Assert.InRange(policy.RecipientsPerSession, 1, 50);
            Assert.InRange(policy.RefusalsPerSession, 1, 5);
            Assert.InRange(policy.HighestRate, policy.CautiousRate, 10);
            Assert.InRange(policy.Pause, TimeSpan.FromMinutes(15), TimeSpan.FromDays(1));
            Assert.All(policy.Pauses, pause => Assert.InRange(pause.Length, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1)));
        });

    [Fact]
    public void Data_WhoPunishesTheShareOfUnknownRecipients_IsAskedAccordingly() =>
        Assert.All(ProviderCatalog.Default.Policies, policy =>
        {
            Assert.Equal(Punishers.Contains(policy.Name, StringComparer.Ordinal), policy.RefusedRatioCap is not null);
            Assert.True(policy.RefusedRatioCap is null || policy is { RefusedRatioCap: <= 0.2, RefusalsPerSession: 2 });
        });

    [Fact]
    public void Data_SuffixOfAnother_BelongsToTheSame()
    {
        var claims = ProviderCatalog.Default.Policies.SelectMany(policy => policy.Exchangers.Select(pattern => (pattern, policy.Name))).ToArray();

        // The longer wins, so an overlap is legal; a longer claim of somebody else within a provider's own domain is meant where it is listed here.
        var inner = claims.Where(one => claims.Any(other => other.pattern.StartsWith('.') && !string.Equals(one.Name, other.Name, StringComparison.Ordinal) && one.pattern.EndsWith(other.pattern, StringComparison.Ordinal))).Select(one => one.pattern);
        Assert.Empty(inner);
    }

    [Fact]
    public void Data_DomainsWithoutCatchAll_AreClaimedOnce() =>
        Assert.Empty(ProviderCatalog.Default.Policies.SelectMany(policy => policy.DomainsWithoutCatchAll).GroupBy(domain => domain, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Table_OfTheDocumentation_TellsTheData()
    {
        var path = Path.Combine(Folder(), Table);
        var expected = Render();
        if (Environment.GetEnvironmentVariable("WRITE_DOCUMENTATION") is "1")
            File.WriteAllText(path, expected);

        Assert.True(File.Exists(path) && string.Equals(expected, File.ReadAllText(path).ReplaceLineEndings("\n"), StringComparison.Ordinal), $"schema/{Table} does not tell what schema/rules/providers.json holds. Run this test once with WRITE_DOCUMENTATION=1 and commit it.");
    }

    private static string Render()
    {
        var text = new StringBuilder("""
            # Providers

            Generated from `rules/providers.json`, where each value has its source and each provider the day of its last review; a test keeps both alike.
            Rates are RCPTs a second, cautious to highest. A greeting counts for hosts whose exchanger's name tells nothing, and then only to be more careful.

            | provider | exchangers | greeting | RCPT tells | catch-all | sessions | RCPTs a session | refusals a session | rate | refused at most | away after a 2nd block | away after | wants |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """.ReplaceLineEndings("\n"));
        foreach (var policy in ProviderCatalog.Default.Policies.OrderBy(policy => policy.Software).ThenBy(policy => policy.Name, StringComparer.Ordinal))
        {
            var pauses = policy.Pauses.Select(pause => $"{(pause.Says is null ? Words.Of(pause.Meaning!.Value) : $"\"{pause.Says}\"")} {Minutes(pause.Length)}{(pause.Closes ? "" : " (the address)")}");
            var grey = policy.GreylistLeast is { } least ? [$"greylisting {Minutes(least)} to {(policy.GreylistMost is { } most ? Minutes(most) : "…")}"] : Array.Empty<string>();
            string[] cells =
            [
                policy.Software ? $"{policy.Name} (software)" : policy.Name,
                Codes(policy.Exchangers),
                Codes([.. policy.EhloNames, .. policy.Banners]),
                Words.Of(policy.Truth),
                !policy.CatchAllPossible ? "never" : policy.DomainsWithoutCatchAll.IsEmpty ? "possible" : "possible, but at its own domains",
                Number(policy.Sessions),
                Number(policy.RecipientsPerSession),
                Number(policy.RefusalsPerSession),
                $"{Number(policy.CautiousRate)} to {Number(policy.HighestRate)}",
                policy.RefusedRatioCap is { } cap ? $"{Number(cap * 100)} %" : "",
                Minutes(policy.Pause),
                string.Join(", ", [.. pauses, .. grey]),
                string.Join(", ", policy.Requirements.Select(Words.Of)),
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        return text.ToString();
    }

    private static string Codes(IEnumerable<string> words) => string.Join(" ", words.Select(word => $"`{word}`"));

    private static string Minutes(TimeSpan time) => time.TotalMinutes % 60 == 0 ? $"{Number(time.TotalHours)} h" : $"{Number(time.TotalMinutes)} min";

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonDocument Read()
    {
        using var reader = new StreamReader(typeof(ProviderCatalog).Assembly.GetManifestResourceStream("rules.providers.json")!);
        return JsonDocument.Parse(reader.ReadToEnd(), WithComments);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "schema"));
}
