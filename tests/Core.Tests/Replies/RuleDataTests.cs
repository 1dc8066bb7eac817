using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class RuleDataTests
{
    private static readonly RuleSet Set = RuleSet.ReadEmbedded();

    // Rules that are tried one after the other.
    private static readonly RuleData[][] Lists = [.. Set.Providers.Providers.Select(provider => provider.Rules), [.. Set.General.Rules, .. Set.Codes.Rules]];

    public static TheoryData<string> RuleIds => [.. Set.All().Select(entry => entry.Rule.Id)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Rule_ItsExample_IsDecidedByIt(string id)
    {
        var (rule, exchanger) = Set.All().Single(entry => string.Equals(entry.Rule.Id, id, StringComparison.Ordinal));

        var finding = Read(rule.Example, exchanger);

        Assert.Equal(rule.Id, finding.Rule);
        Assert.Equal(rule.Meaning, Words.Of(finding.Meaning));
    }

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Rule_WhatResemblesItsExample_IsLeftToAnother(string id)
    {
        var (rule, exchanger) = Set.All().Single(entry => string.Equals(entry.Rule.Id, id, StringComparison.Ordinal));

        Assert.NotEqual(rule.Id, Read(rule.Not, exchanger).Rule, StringComparer.Ordinal);
    }

    [Fact]
    public void Rules_NoAlternative_IsTakenByAnEarlierRule() => Assert.All(Lists, list =>
    {
        for (var later = 0; later < list.Length; later++)
        {
            foreach (var earlier in list.Take(later).Where(rule => Covers(rule, list[later])))
            {
                Assert.False(earlier.Says is null, $"{list[later].Id} never decides: {earlier.Id} takes all of it.");
                Assert.Empty((list[later].Says ?? []).Intersect(earlier.Says!, StringComparer.Ordinal).Select(saying => $"{list[later].Id}: {saying} is taken by {earlier.Id}"));
            }
        }
    });

    [Fact]
    public void Words_NoPhrase_IsThereTwice() => Assert.All(IncludedWords.Resolve(Set.Words.Classes), data =>
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Assert.All(data.Phrases, phrase => Assert.True(seen.Add(phrase.StartsWith('@') ? phrase : $"{phrase[0] == '*'}{ReplyWords.OfPhrase(phrase)}{phrase[^1] == '*'}"), $"{data.Name}: {phrase}"));
    });

    [Fact]
    public void Words_EachClass_IsSpokenOf()
    {
        var spoken = Set.All().SelectMany(entry => (entry.Rule.Says ?? []).Concat(entry.Rule.Unless ?? [])).ToList();

        // Classes that claim words only take them from others; three are asked for by the reader itself; what others include is spoken of with them.
        spoken.AddRange(Set.Words.Classes.SelectMany(data => data.Includes ?? []));
        Assert.All(
            Set.Words.Classes.Where(data => !data.Claims && !data.NamesUs && data.Name is not ("ip" or "receiving-rate" or "block-list-name")),
            data => Assert.Contains(spoken, saying => saying.Split([' ', '&', '~', '>', '^'], StringSplitOptions.RemoveEmptyEntries).Contains(data.Name, StringComparer.Ordinal) || saying.Contains($"^{data.Name} ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rules_TheirIds_AreUniqueAndGrouped()
    {
        Assert.Equal(Set.All().Count(), Set.All().Select(entry => entry.Rule.Id).ToHashSet(StringComparer.Ordinal).Count);
        Assert.All(Set.All(), entry => Assert.Matches("^[a-z0-9_-]+/[a-z0-9-]+$", entry.Rule.Id));
        Assert.All(Set.All(), entry => Assert.True(entry.Rule.Source.Length > 0, entry.Rule.Id));
    }

    [Fact]
    public void Providers_TheirRules_AreNamedAfterThem() => Assert.All(
        Set.Providers.Providers,
        provider => Assert.All(provider.Rules, rule => Assert.StartsWith(provider.Name + "/", rule.Id, StringComparison.Ordinal)));

    [Theory]
    [InlineData("no_such_provider")]
    [InlineData("google")]
    public void Load_ProviderUnknownOrTwice_IsRefused(string name) => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { Providers = new ProvidersFile([.. Set.Providers.Providers, new ProviderData(name, [], [])]) }));

    // Verdicts keep the version, and those of an older one are judged again: two sets of rules must not share one. After a change raise it in replies.words.json, then take the digest that this test shows.
    [Fact]
    public void Default_Version_IsThatOfTheseRules() => Assert.Equal(("2026.11.7", "46a2d0f4fb0e01b9"), (ReplyRules.Default.Version, Digest()));

    [Fact]
    public void Default_Version_IsADate() => Assert.Matches(@"^20\d\d\.\d{1,2}\.\d+$", ReplyRules.Default.Version);

    [Fact]
    public void Load_UnknownKey_IsRefused() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
        """{"rules":[{"id":"a/b","meaning":"other","source":"s","example":{"code":550,"text":"t"},"not":{"code":550,"text":"u"},"sayz":["x"]}]}""", RuleJson.Default.RulesFile));

    [Fact]
    public void Load_MissingKey_IsRefused() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
        """{"rules":[{"id":"a/b","meaning":"other","example":{"code":550,"text":"t"},"not":{"code":550,"text":"u"}}]}""", RuleJson.Default.RulesFile));

    [Fact]
    public void Load_CommentsAndTrailingCommas_AreFine() =>
        Assert.Empty(JsonSerializer.Deserialize("{ // why\n \"rules\": [], }", RuleJson.Default.RulesFile)!.Rules);

    [Theory]
    [InlineData("mailbox_exists", null, null, null)]
    [InlineData("no_such", null, null, null)]
    [InlineData("other", "6xx", null, null)]
    [InlineData("other", null, "5.1", null)]
    [InlineData("other", null, null, "no-such-class")]
    [InlineData("other", null, null, "''")]
    [InlineData("other", null, null, "'--'")]
    public void Load_WrongRule_IsRefused(string meaning, string? code, string? enhanced, string? says)
    {
        var rule = new RuleData("a/b", meaning, "s", new ExampleData(550, "t"), new ExampleData(550, "u"), code is null ? null : [code], enhanced is null ? null : [enhanced], null, says is null ? null : [says]);

        Assert.Throws<FormatException>(() => new ReplyRules(Set with { General = new RulesFile([rule]) }));
    }

    [Fact]
    public void Load_UnknownStage_IsRefused() => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { General = new RulesFile([new RuleData("a/b", "other", "s", new ExampleData(550, "t"), new ExampleData(550, "u"), Stages: ["helo"])]) }));

    [Fact]
    public void Load_ClassTwice_IsRefused() => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { Words = Set.Words with { Classes = [.. Set.Words.Classes, new WordClassData("mailbox", ["x"])] } }));

    [Fact]
    public void Load_IncludedPhrases_AreOfWhoeverIncludes()
    {
        WordClassData[] classes = [.. Set.Words.Classes, new("outer", ["zork"], Includes: ["middle"]), new("middle", ["zonk"], Includes: ["inner"]), new("inner", ["zank"])];
        var rule = new RuleData("a/b", "policy_blocked", "s", new ExampleData(550, "t"), new ExampleData(550, "u"), Says: ["outer"]);
        var rules = new ReplyRules(Set with { Words = Set.Words with { Classes = classes }, General = new RulesFile([rule]) });

        foreach (var text in (string[])["zork", "zonk", "zank"])
        {
            var explanation = rules.Explain(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, null, text), null));

            // What nobody speaks of is not looked for.
            Assert.Equal(("a/b", "outer"), (explanation.Finding.Rule, Assert.Single(explanation.Classes)));
        }

        Assert.False(string.Equals("a/b", rules.Read(new ReplyContext(SmtpStage.Rcpt, new SmtpReply(550, null, "zunk"), null)).Rule, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"new\" includes \"nothing\", which is not there", "nothing")]
    [InlineData("\"new\" includes itself: new > new", "new")]
    [InlineData("\"new\" includes itself: new > other > new", "other")]
    public void Load_WrongInclusion_IsRefused(string message, string included)
    {
        WordClassData[] classes = [.. Set.Words.Classes, new("new", ["x"], Includes: [included]), new("other", ["y"], Includes: ["new"])];

        Assert.Contains(message, Assert.Throws<FormatException>(() => new ReplyRules(Set with { Words = Set.Words with { Classes = classes } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_UnknownMark_IsRefused() => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { Words = Set.Words with { Classes = [.. Set.Words.Classes, new WordClassData("new", ["@nobody"])] } }));

    private static ReplyFinding Read(ExampleData example, string? exchanger)
    {
        Assert.True(Words.TryParse<SmtpStage>(example.Stage ?? "rcpt", out var stage));
        return ReplyRules.Default.Read(new ReplyContext(stage, SmtpReply.Of(example.Code, example.Enhanced + " " + example.Text), exchanger));
    }

    private static string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in (ReadOnlySpan<string>)["words", "providers", "general", "codes"])
        {
            using var file = typeof(ReplyRules).Assembly.GetManifestResourceStream($"rules.replies.{name}.json")!;
            using var text = new StreamReader(file);
            hash.AppendData(Encoding.UTF8.GetBytes(text.ReadToEnd().ReplaceLineEndings("\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    // Whatever codes, stages and exceptions let the later rule hold let the earlier one hold too.
    private static bool Covers(RuleData earlier, RuleData later) =>
        Covers(earlier.Codes, later.Codes, (wide, narrow) => string.Equals(wide, narrow, StringComparison.Ordinal) || (wide[1..] is "xx" && wide[0] == narrow[0]))
        && Covers(earlier.Enhanced, later.Enhanced, string.Equals)
        && Covers(earlier.Stages, later.Stages, string.Equals)
        && (earlier.Unless ?? []).All(exception => later.Unless?.Contains(exception, StringComparer.Ordinal) is true);

    private static bool Covers(string[]? wide, string[]? narrow, Func<string, string, bool> covers) =>
        wide is null || (narrow is not null && narrow.All(one => wide.Any(pattern => covers(pattern, one))));
}
