using System.Globalization;
using System.Text;
using EmailVerify.Core.Probes;
using EmailVerify.Core.Replies;

namespace EmailVerify.Benchmarks.Micro;

/// <summary>The reader of replies and the rules that say what they mean.</summary>
internal static class ReplyParts
{
    // How others tell what a reply means: one search after the other.
    private static readonly string[] Phrases =
    [
        "user unknown", "unknown user", "no such user", "does not exist", "doesn't exist", "not found", "no mailbox", "invalid recipient", "invalid mailbox", "unknown recipient",
        "recipient rejected", "address rejected", "no longer available", "account disabled", "account is disabled", "account inactive", "suspended", "mailbox full", "over quota",
        "quota exceeded", "out of storage", "insufficient storage", "too many", "try again", "try later", "greylist", "graylist", "rate limit", "temporarily deferred", "deferred",
        "spamhaus", "blacklist", "blocklist", "block list", "blocked", "reputation", "policy", "access denied", "relay", "not permitted",
    ];

    /// <summary>Reads replies out of the octets of dialogues: two that accept, then one of the corpus.</summary>
    public static Part Reader()
    {
        var octets = Encoding.UTF8.GetBytes(string.Concat(Corpus.Replies.Select(context => $"250 2.0.0 Done\r\n250 2.1.0 Sender OK\r\n{OnTheWire(context.Reply)}")));
        var parser = new ReplyParser();
        return new Part("reply reader", "search for CR LF", Corpus.Replies.Length * 3, Read, Search);

        long Read()
        {
            var codes = 0L;
            for (var at = 0; at < octets.Length;)
            {
                var read = parser.Read(octets.AsSpan(at));
                codes += read.Reply!.Code;
                at += read.Consumed;
            }

            return codes;
        }

        long Search()
        {
            var lines = 0L;
            for (var at = 0; at < octets.Length; lines++)
                at += octets.AsSpan(at).IndexOf("\r\n"u8) + 2;
            return lines;
        }
    }

    /// <summary>Finds out what replies mean, each with what is ours put together as a session does.</summary>
    public static Part Rules()
    {
        var rules = ReplyRules.Default;
        return new Part("reply rules", "up to 40 searches for a phrase", Corpus.Replies.Length, Read, Search);

        long Read()
        {
            var meanings = 0L;
            foreach (var context in Corpus.Replies)
                meanings += (long)rules.Read(context with { Ours = Corpus.Ours with { Recipient = Corpus.Recipient.Canonical } }).Meaning;
            return meanings;
        }

        static long Search()
        {
            var found = 0L;
            foreach (var context in Corpus.Replies)
                found += FirstIn(context.Reply.Text);
            return found;
        }
    }

    private static int FirstIn(string text)
    {
        for (var at = 0; at < Phrases.Length; at++)
        {
            if (text.Contains(Phrases[at], StringComparison.OrdinalIgnoreCase))
                return at;
        }

        return Phrases.Length;
    }

    private static string OnTheWire(SmtpReply reply)
    {
        var lines = reply.Text.Replace("\r", string.Empty, StringComparison.Ordinal).Split('\n');
        var enhanced = reply.Enhanced is { } code ? $"{code} " : string.Empty;
        return string.Concat(lines.Select((line, at) => string.Create(CultureInfo.InvariantCulture, $"{reply.Code}{(at == lines.Length - 1 ? ' ' : '-')}{enhanced}{line}\r\n")));
    }
}
