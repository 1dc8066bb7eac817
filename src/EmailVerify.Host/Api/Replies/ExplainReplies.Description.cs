using EmailVerify.Core.Replies;
using EmailVerify.Core.Verdicts;
using EmailVerify.Host.Api.OpenApi;
using static EmailVerify.Host.Api.OpenApi.Shapes;

namespace EmailVerify.Host.Api.Replies;

internal sealed partial class ExplainReplies
{
    private const string Question = """{"stage":"rcpt","code":550,"enhanced":"5.1.1","text":"<jane.doe@example.com>: no such user","mx":"mx1.example.com"}""";

    private const string Explained = """
        {"meaning":"no_such_mailbox","about":"mailbox","rule":"generic/no-such-user","rule_set":"2026.11.3","status":"undeliverable","reason":"rejected_email","retry":null,"explanation":"The mailbox does not exist.","provider":null,"read_as":"<recipient>: no such user","runner_up":null,"cut_out":[{"kind":"recipient","text":null}],"words":["nobody"]}
        """;

    private static Shape Reply => Object(
        May("stage", OneOf<SmtpStage>().OrNull(), "Where in the dialogue it came."),
        Has("code", Whole(200, 599), "The basic code."),
        May("enhanced", Text(ExplainRequest.MaxWord).OrNull(), "The enhanced status code."),
        Has("text", Text(ShownReply.MaxText), "The text, with or without the codes before each line; it may be empty."),
        May("mx", Text(ExplainRequest.MaxHost).OrNull(), "The host that answered.")).Named("ReplyQuestion", "A reply of a mail server.");

    private static Shape Explanation => Object(
        Has("meaning", Word<ReplyMeaning>(), "What it means."),
        Has("about", Word<ReplySubject>(), "Whom it is about. Only what is about the mailbox says anything of it."),
        Has("rule", Text(128), "The rule that read it."),
        Has("rule_set", Text(32), "The version of the rules."),
        Has("status", OneOf<VerdictStatus>(), "The verdict that it would lead to, if nothing else were known."),
        Has("reason", Word<VerdictReason>(), "Why."),
        Has("retry", Object(Has("after_seconds", Whole(0, int.MaxValue).OrNull(), "After how many seconds, where the reply says it.")).OrNull(), "That asking again makes sense; null where it does not."),
        Has("explanation", Text(1_024), "One sentence for a person."),
        Has("provider", Text(255).OrNull(), "Whose host it is."),
        Has("read_as", Text(ShownReply.MaxText), "The text as the rules saw it."),
        Has("runner_up", Object(Has("rule", Text(128), "Its name."), Has("meaning", Word<ReplyMeaning>(), "What it would mean.")).OrNull(), "The rule that came second."),
        Has("cut_out", List(Object(Has("kind", Text(32), "What it is."), Has("text", Text(ShownReply.MaxText).OrNull(), "What stood there.")), 10_000), "Names that were taken out of the text before it was read."),
        Has("words", List(Text(64), 1_000), "The classes of words that were found.")).Named("ReplyExplanation", "How a reply is read.");

    private static Shape BadLine => Object(Has("line", Count, "The line's number, from 1."), Has("error", Text(1_024), "What is wrong with it.")).Named("BadLine", "What is said of a line that cannot be read; it ends nothing.");

    /// <summary>Describes it.</summary>
    public static Description Describe() => new(
        Tags.Insight,
        "Explain replies of mail servers",
        "Says what SMTP replies mean and why, without asking anybody. The answer has the form of the question: one reply, a list of at most 1,000, or lines of at most 4 MiB together.")
    {
        Body = new Body(
            "The replies.",
            Content.Json(
                Either(Reply, Object(Has("replies", List(Reply, ExplainRequest.MaxReplies), "The replies.")).Named("ReplyQuestions", "A list of replies.")),
                new Example("one", Question),
                new Example("list", $$"""{"replies":[{{Question}}]}""")),
            Content.Of(MediaTypes.Ndjson, Reply, Question + "\n")),
        Answers =
        [
            new(
                200,
                "How they are read.",
                Content.Json(
                    Either(Explanation, Object(Has("replies", List(Explanation, ExplainRequest.MaxReplies), "The explanations, in the order of the replies.")).Named("ReplyExplanations", "How a list of replies is read.")),
                    new Example("one", Explained),
                    new Example("list", $$"""{"replies":[{{Explained}}]}""")),
                Content.Of(MediaTypes.Ndjson, Either(Explanation, BadLine), Explained + "\n")),
        ],
    };
}
