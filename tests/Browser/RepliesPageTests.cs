using Microsoft.Playwright;

namespace EmailVerify.Browser;

/// <summary>The page on which replies of mail servers are explained.</summary>
[Trait("Pace", "slow")]
public sealed class RepliesPageTests(Installation installation) : PageTest(installation)
{
    private const string Bounce = """
        This is the mail system at host mail.example.org.

        <jane@example.com>: host mx1.example.com[192.0.2.25] said: 550 5.1.1
            <jane@example.com>: Recipient address rejected: User unknown in virtual
            mailbox table (in reply to RCPT TO command)

        Final-Recipient: rfc822; jane@example.com
        Status: 5.1.1
        Remote-MTA: dns; mx1.example.com
        Diagnostic-Code: smtp; 550 5.1.1 <jane@example.com>: Recipient address rejected:
            User unknown in virtual mailbox table
        """;

    [Fact]
    public async Task Explain_OfAWholeBounce_TellsItsReplyOnce()
    {
        var page = await OpenAsync("/replies");
        await ExplainAsync(page, Bounce);

        var card = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(card).ToHaveCountAsync(1);
        await Assertions.Expect(card.GetByRole(AriaRole.Heading)).ToHaveTextAsync("There is no such mailbox");
        await Assertions.Expect(card.GetByRole(AriaRole.Heading)).ToBeFocusedAsync();
        await Assertions.Expect(card).ToContainTextAsync("undeliverable rejected_email");
        await Assertions.Expect(card.Locator("s").First).ToHaveTextAsync("jane@example.com");
        await Assertions.Expect(card).ToContainTextAsync("Take the address off your lists");
    }

    [Fact]
    public async Task Explain_OfTwoReplies_TellsBothInOrder()
    {
        var page = await OpenAsync("/replies");
        await ExplainAsync(page, "550 5.1.1 no such user\n\n451 4.7.1 Greylisted, try again in 5 minutes");

        var cards = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(cards).ToHaveCountAsync(2);
        await Assertions.Expect(cards.Nth(0).GetByRole(AriaRole.Heading)).ToHaveTextAsync("There is no such mailbox");
        await Assertions.Expect(cards.Nth(1).GetByRole(AriaRole.Heading)).ToHaveTextAsync("Strangers are put off and may come back");
        await Assertions.Expect(cards.Nth(1)).ToContainTextAsync("after the 5 min that it names");
    }

    [Fact]
    public async Task Explain_OfWhatHasNoReply_SaysSoAtTheField()
    {
        var page = await OpenAsync("/replies");
        await ExplainAsync(page, "It does not work.");

        var field = page.GetByLabel("A reply, or a bounce as it came");
        await Assertions.Expect(field).ToBeFocusedAsync();
        await Assertions.Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No reply of a mail server is in this text");
    }

    [Fact]
    public async Task Link_OfTheVerdict_IsExplainedAtOnce()
    {
        var page = await OpenAsync("/replies?code=452&enhanced=4.2.2&text=mailbox+full&stage=rcpt&mx=mx1.example.com");

        await Assertions.Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Heading)).ToHaveTextAsync("The mailbox is full");
        await Assertions.Expect(page.GetByLabel("When was it said?")).ToHaveValueAsync("rcpt");
        await Assertions.Expect(page.GetByLabel("By which host?")).ToHaveValueAsync("mx1.example.com");
    }

    [Fact]
    public async Task Link_WithAFragment_IsExplainedAndSentToNobodyAsAnAddress()
    {
        var page = await OpenAsync("/replies#code=550&text=5.1.1+user+unknown");

        await Assertions.Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Heading)).ToHaveTextAsync("There is no such mailbox");
        Assert.DoesNotContain(Watch.Requests, request => request.Contains("unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stage_Chosen_DecidesWhomTheReplyIsAbout()
    {
        var page = await OpenAsync("/replies");
        await page.GetByText("What else is known of it").ClickAsync();
        _ = await page.GetByLabel("When was it said?").SelectOptionAsync("mail");
        await ExplainAsync(page, "550 no access for this domain");

        await Assertions.Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync("about our sender, not the mailbox");
    }

    [Theory]
    [InlineData("No such mailbox", "There is no such mailbox")]
    [InlineData("Not the mailbox, but us", "We are refused for who we are")]
    [InlineData("Greylisting", "Strangers are put off and may come back")]
    [InlineData("A full mailbox, in three lines", "The mailbox is full")]
    [InlineData("A whole bounce", "Our sender is refused")]
    public async Task Example_Clicked_IsExplained(string example, string meaning)
    {
        var page = await OpenAsync("/replies");
        await page.GetByRole(AriaRole.Button, new() { Name = example, Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Heading)).ToHaveTextAsync(meaning);
    }

    [Fact]
    public async Task Reading_Opened_TellsWordsRuleAndRunnerUp()
    {
        var page = await OpenAsync("/replies?code=550&text=5.1.1+%3Cjane@example.com%3E:+user+unknown");
        await page.GetByText("How it was read").ClickAsync();

        var card = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(card).ToContainTextAsync("@address user unknown");
        await Assertions.Expect(card).ToContainTextAsync("generic/no-such-user-in-other-words holds too");
    }

    [Theory]
    [InlineData("550-5.1.1 first\n550-5.1.1 second\n550 5.1.1 third", 1, 550, "5.1.1 first\n550-5.1.1 second\n550 5.1.1 third", null, null)]
    [InlineData("> S: 452 4.2.2 mailbox full\r\n", 1, 452, "4.2.2 mailbox full", null, null)]
    [InlineData("Remote Server returned '550 5.4.1 Recipient address rejected: Access denied'", 1, 550, "5.4.1 Recipient address rejected: Access denied", null, null)]
    [InlineData("status=deferred (host mx.b.test[192.0.2.1] said: 451 4.7.1 Greylisted (in reply to RCPT TO command))", 1, 451, "4.7.1 Greylisted", "rcpt", "mx.b.test")]
    [InlineData("host mx.b.test[192.0.2.1] said: 552 5.3.4 too big (in reply to end of DATA command)", 1, 552, "5.3.4 too big", "eod", "mx.b.test")]
    [InlineData("Remote-MTA: dns; mx.c.test\nDiagnostic-Code: smtp;550 no such\n user here", 1, 550, "no such user here", null, "mx.c.test")]
    [InlineData("550 gone\nDiagnostic-Code: smtp; 550 Gone", 1, 550, "gone", null, null)]
    [InlineData("In 2024 300 people called 555 1234.", 0, 0, null, null, null)]
    public async Task Text_Pasted_GivesTheRepliesInIt(string pasted, int count, int code, string? text, string? stage, string? exchanger)
    {
        var page = await OpenAsync("/replies");
        var found = await page.EvaluateAsync<Found[]>("async text => (await import('/js/parts/replyText.js')).repliesIn(text)", pasted);

        Assert.Equal(count, found.Length);
        Assert.All(found, reply => Assert.Equal(new Found { Code = code, Text = text, Stage = stage, Mx = exchanger }, reply));
    }

    private static async Task ExplainAsync(IPage page, string text)
    {
        await page.GetByLabel("A reply, or a bounce as it came").FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();
    }

    private sealed record Found
    {
        public int Code { get; set; }

        public string? Text { get; set; }

        public string? Stage { get; set; }

        public string? Mx { get; set; }
    }
}
