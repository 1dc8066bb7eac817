using System.Text;
using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Tests.Replies;

public sealed class ReplyStreamTests
{
    [Fact]
    public async Task Run_Lines_AreAnsweredInOrder() => Assert.Equal(
        """
        {"id":1,"meaning":"no_such_mailbox","rule":"generic/no-such-user"}
        {"id":"b","meaning":"policy_blocked","rule":"generic/block-list"}
        {"id":null,"meaning":"mailbox_exists","rule":"code/accepted"}

        """,
        await Run(
            """
            {"id":1,"stage":"rcpt","code":550,"enhanced":"5.1.1","text":"User unknown","mx":"mx.example.org"}
            {"id":"b","stage":"rcpt","code":554,"enhanced":null,"text":"554-5.7.1 listed at Spamhaus\n554 see there","mx":null}

            {"code":250,"text":"ok"}
            """));

    [Fact]
    public async Task Run_Explaining_AddsHowEachWasRead() => Assert.Equal(
        """
        {"id":1,"meaning":"no_such_mailbox","rule":"enhanced/mailbox","provider":null,"read_as":"xyzzy @address","runner_up":{"rule":"code/no-evidence","meaning":"other"},"cut_out":[{"kind":"address","text":"jane@b.example"}],"words":["mailbox","between"]}
        {"id":2,"meaning":"other","rule":"code/no-evidence","provider":null,"read_as":"xyzzy","runner_up":null,"cut_out":[],"words":[]}

        """,
        await Run(
            """
            {"id":1,"stage":"rcpt","code":550,"enhanced":"5.1.1","text":"xyzzy jane@b.example"}
            {"id":2,"stage":"rcpt","code":599,"text":"xyzzy"}
            """,
            explains: true));

    [Theory]
    [InlineData("""{"id":"x","stage":"rcpt","code":"550","text":""}""", "\"code\" is a number from 200 to 599")]
    [InlineData("""{"id":"x","stage":"rcpt","code":600,"text":""}""", "\"code\" is a number from 200 to 599")]
    [InlineData("""{"id":"x","stage":"helo","code":550,"text":""}""", "\"stage\" is connect, ehlo, starttls, mail, rcpt, data, eod or unknown")]
    [InlineData("""{"id":"x","code":550,"text":7}""", "\"text\" is a text or null")]
    public async Task Run_WrongLine_GivesAnErrorWithItsId(string line, string error)
    {
        var answer = Assert.Single(await Answers(line));

        Assert.Equal("x", answer.GetProperty("id").GetString());
        Assert.Equal(error, answer.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("{\"id\":1")]
    [InlineData("{\"id\":1,\"code\":550} {}")]
    [InlineData("{\"id\":1,\"code\":550,\"text\":\"\\ud800\"}")]
    [InlineData("{\"id\":\"\\ud800\",\"code\":\"550\"}")]
    public async Task Run_UnreadableLine_GivesAnErrorAndGoesOn(string line)
    {
        var answers = await Answers(line + "\n{\"id\":2,\"code\":550,\"text\":\"User unknown\"}\r\n");

        Assert.Equal(2, answers.Count);
        Assert.True(answers[0].TryGetProperty("error", out _));
        Assert.Equal("no_such_mailbox", answers[1].GetProperty("meaning").GetString());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public async Task Run_LineBeyondTheBound_GivesOneErrorAndGoesOn(string between)
    {
        var answers = await Answers(new string('x', (3 * ReplyStream.MaxLine) + 7) + "\n" + between + "{\"id\":2,\"code\":550,\"text\":\"User unknown\"}");

        Assert.Equal(2, answers.Count);
        Assert.Contains("longer", answers[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, answers[1].GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Run_LineBeyondTheBoundAtTheEnd_GivesOneError() =>
        Assert.Single(await Answers(new string(' ', (2 * ReplyStream.MaxLine) + 7)));

    [Theory]
    [InlineData("550 5.1.1 Not any more", "enhanced/mailbox")]
    [InlineData("550-5.2.2 One\n550 5.2.2 Two", "enhanced/full")]
    [InlineData("#5.2.2 One", "enhanced/full")]
    [InlineData("(#5.2.2) One", "enhanced/full")]
    [InlineData("550", "code/no-evidence")]
    [InlineData("  550 5.2.2: x", "enhanced/full")]
    public async Task Run_TextThatBeginsWithItsCodes_IsReadWithoutThem(string text, string rule)
    {
        var line = System.Text.Json.JsonSerializer.Serialize(new { id = 1, stage = "rcpt", code = 550, text });

        Assert.Equal(rule, Assert.Single(await Answers(line)).GetProperty("rule").GetString());
    }

    [Fact]
    public async Task Run_EnhancedGiven_GoesBeforeTheTexts() =>
        Assert.Equal("enhanced/full", Assert.Single(await Answers("""{"id":1,"code":550,"enhanced":" 5.2.2","text":"5.1.1 x","mx":"MX.Example.ORG."}""")).GetProperty("rule").GetString());

    [Fact]
    public async Task Run_LongText_IsCutAndRead() =>
        Assert.Equal("enhanced/full", Assert.Single(await Answers($$"""{"id":1,"code":550,"enhanced":"5.2.2","text":"{{new string('.', 200_000)}}"}""")).GetProperty("rule").GetString());

    private static async Task<List<System.Text.Json.JsonElement>> Answers(string input) =>
        [.. (await Run(input)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)];

    private static async Task<string> Run(string input, bool explains = false)
    {
        using var from = new MemoryStream(Encoding.UTF8.GetBytes(input));
        using var to = new MemoryStream();
        await new ReplyStream(ReplyRules.Default, explains).RunAsync(from, to, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(to.ToArray());
    }
}
