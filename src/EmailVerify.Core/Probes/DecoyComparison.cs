using EmailVerify.Core.Replies;

namespace EmailVerify.Core.Probes;

/// <summary>Compares what decoys were told with what the target was told: by the words, and by the time that it took.</summary>
/// <param name="Reply">The reply to the target, which was accepted.</param>
/// <param name="Recipient">The target.</param>
/// <param name="Took">How long that reply took.</param>
internal readonly record struct DecoyComparison(SmtpReply Reply, string Recipient, TimeSpan Took)
{
    /// <summary>A decoy that is answered so much later was looked for in vain: more than a network's own jitter, less than a tarpit's usual steps of one to five seconds (Postfix 1 s, Exchange 5 s).</summary>
    public static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    /// <summary>A refusal that takes so long was held back, or a backend was asked.</summary>
    public static readonly TimeSpan HeldBack = TimeSpan.FromSeconds(2);

    /// <summary>Gets the sign of a refused target.</summary>
    public static Signs OfRefusal(TimeSpan took) => took >= HeldBack ? Signs.RefusalDelayed : Signs.None;

    /// <summary>Gets the signs of one decoy.</summary>
    public Signs With(SmtpReply reply, string decoy, TimeSpan took)
    {
        var signs = took >= Took + Later ? Signs.DecoysDelayed : Signs.None;
        if (!reply.IsPositive)
            return signs;
        return signs | (SaysTheSame(reply, decoy) ? Signs.IdenticalAnswer : Signs.DifferingAnswer);
    }

    /// <summary>Settles the signs of all: "identical" is said only where no decoy was accepted in other words.</summary>
    public static Signs Together(Signs signs) => signs.HasFlag(Signs.DifferingAnswer) ? signs & ~Signs.IdenticalAnswer : signs;

    // Queue ids, times and the address itself differ in any case: a word with a digit or an at sign says nothing.
    private bool SaysTheSame(SmtpReply other, string decoy)
    {
        if (Reply.Code != other.Code || Reply.Enhanced != other.Enhanced)
            return false;
        var words = new Words(Reply.Text, Recipient);
        var others = new Words(other.Text, decoy);
        while (true)
        {
            var (more, moreOfOther) = (words.MoveNext(), others.MoveNext());
            if (!more || !moreOfOther)
                return more == moreOfOther;
            if (!words.Current.Equals(others.Current, StringComparison.OrdinalIgnoreCase))
                return false;
        }
    }

    private ref struct Words(string text, string recipient)
    {
        private readonly ReadOnlySpan<char> local = recipient.AsSpan(0, Math.Max(recipient.LastIndexOf('@'), 0));
        private ReadOnlySpan<char> rest = text;

        public ReadOnlySpan<char> Current { get; private set; }

        public bool MoveNext()
        {
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOfAny(" \t\n");
                Current = (end < 0 ? rest : rest[..end]).Trim("<>()[],.;:'\"");
                rest = end < 0 ? [] : rest[(end + 1)..];
                if (!Current.IsEmpty && !Current.ContainsAnyInRange('0', '9') && !Current.Contains('@') && !Current.Equals(local, StringComparison.OrdinalIgnoreCase))
                    return true;
            }

            return false;
        }
    }
}
