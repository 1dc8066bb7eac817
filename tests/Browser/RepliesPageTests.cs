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

    // What is pasted, and the reply in it: code, text, stage and host.
    private static readonly (string Text, string? Reply)[] Pasted =
    [
        ("550-5.1.1 first\n550-5.1.1 second\n550 5.1.1 third", "550|5.1.1 first\n550-5.1.1 second\n550 5.1.1 third||"),
        ("> S: 452 4.2.2 mailbox full\r\n", "452|4.2.2 mailbox full||"),
        ("Remote Server returned '550 5.4.1 Recipient address rejected: Access denied'", "550|5.4.1 Recipient address rejected: Access denied||"),
        ("status=deferred (host mx.b.test[192.0.2.1] said: 451 4.7.1 Greylisted (in reply to RCPT TO command))", "451|4.7.1 Greylisted|rcpt|mx.b.test"),
        ("host mx.b.test[192.0.2.1] said: 552 5.3.4 too big (in reply to end of DATA command)", "552|5.3.4 too big|eod|mx.b.test"),
        ("Remote-MTA: dns; mx.c.test\nDiagnostic-Code: smtp;550 no such\n user here", "550|no such user here||mx.c.test"),
        ("550 gone\nDiagnostic-Code: smtp; 550 Gone", "550|gone||"),
        ("In 2024 300 people called 555 1234.", null),
    ];

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

    [Fact]
    public async Task Example_Clicked_IsExplained()
    {
        var page = await OpenAsync("/replies");
        foreach (var (example, meaning) in new[]
        {
            ("No such mailbox", "There is no such mailbox"),
            ("Not the mailbox, but us", "We are refused for who we are"),
            ("Greylisting", "Strangers are put off and may come back"),
            ("A full mailbox, in three lines", "The mailbox is full"),
            ("A whole bounce", "Our sender is refused"),
        })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = example, Exact = true }).ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Heading)).ToHaveTextAsync(meaning);
        }
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

    [Fact]
    public async Task Text_Pasted_GivesTheRepliesInIt()
    {
        var page = await OpenAsync("/replies");
        foreach (var (pasted, expected) in Pasted)
        {
            var found = await page.EvaluateAsync<string[]>("async text => (await import('/js/parts/replyText.js')).repliesIn(text).map(reply => [reply.code, reply.text, reply.stage, reply.mx].join('|'))", pasted);
            Assert.Equal((pasted, expected), (pasted, found.SingleOrDefault()));
        }
    }

    private static async Task ExplainAsync(IPage page, string text)
    {
        await page.GetByLabel("A reply, or a bounce as it came").FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Explain", Exact = true }).ClickAsync();
    }
}
