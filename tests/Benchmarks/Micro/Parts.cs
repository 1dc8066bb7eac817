namespace EmailVerify.Benchmarks.Micro;

/// <summary>The parts that every address passes, one by one: a few seconds each, each beside something that does less or does it as others do.</summary>
internal static class Parts
{
    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        report.Figures($"micro, time and allocation for each operation");
        foreach (var part in (Func<Part>[])[ReplyParts.Reader, ReplyParts.Rules, AddressPart.Parser, VerdictParts.Verdict, VerdictParts.Evidence])
        {
            cancellationToken.ThrowIfCancellationRequested();
            Loop.Compare(report, part());
        }

        await StorePart.CompareAsync(report);
    }
}
