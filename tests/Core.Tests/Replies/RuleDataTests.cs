using System.Text.Json;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class RuleDataTests
{
    private static readonly RuleSet Set = RuleSet.ReadEmbedded();

    public static TheoryData<string> RuleIds => [.. Set.All().Select(entry => entry.Rule.Id)];

    [Theory]
    [MemberData(nameof(RuleIds))]
    public void Rule_ItsExample_IsDecidedByIt(string id)
    {
        var (rule, exchanger) = Set.All().Single(entry => string.Equals(entry.Rule.Id, id, StringComparison.Ordinal));
        Assert.True(Words.TryParse<SmtpStage>(rule.Example.Stage ?? "rcpt", out var stage));
        var reply = SmtpReply.Of(rule.Example.Code, rule.Example.Enhanced + " " + rule.Example.Text);

        var finding = ReplyRules.Default.Read(new ReplyContext(stage, reply, exchanger));

        Assert.Equal(rule.Id, finding.Rule);
        Assert.Equal(rule.Meaning, Words.Of(finding.Meaning));
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

    [Fact]
    public void Default_Version_IsADate() => Assert.Matches(@"^20\d\d\.\d{1,2}\.\d+$", ReplyRules.Default.Version);

    [Fact]
    public void Load_UnknownKey_IsRefused() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
        """{"rules":[{"id":"a/b","meaning":"other","source":"s","example":{"code":550,"text":"t"},"sayz":["x"]}]}""", RuleJson.Default.RulesFile));

    [Fact]
    public void Load_MissingKey_IsRefused() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(
        """{"rules":[{"id":"a/b","meaning":"other","example":{"code":550,"text":"t"}}]}""", RuleJson.Default.RulesFile));

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
        var rule = new RuleData("a/b", meaning, "s", new ExampleData(550, "t"), code is null ? null : [code], enhanced is null ? null : [enhanced], null, says is null ? null : [says]);

        Assert.Throws<FormatException>(() => new ReplyRules(Set with { General = new RulesFile([rule]) }));
    }

    [Fact]
    public void Load_UnknownStage_IsRefused() => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { General = new RulesFile([new RuleData("a/b", "other", "s", new ExampleData(550, "t"), Stages: ["helo"])]) }));

    [Fact]
    public void Load_ClassTwice_IsRefused() => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { Words = Set.Words with { Classes = [.. Set.Words.Classes, new WordClassData("mailbox", ["x"])] } }));

    [Fact]
    public void Load_UnknownMark_IsRefused() => Assert.Throws<FormatException>(() => new ReplyRules(
        Set with { Words = Set.Words with { Classes = [.. Set.Words.Classes, new WordClassData("new", ["@nobody"])] } }));
}
