using System.Globalization;
using System.Text;
using EmailVerify.Core;
using EmailVerify.Core.Batches;
using EmailVerify.Grains.Batches;

namespace EmailVerify.Host.Api.Batches.Events;

/// <summary>The octets of events (WHATWG HTML 9.2.5): made once, however many read them.</summary>
internal static class BatchEvent
{
    /// <summary>What begins a stream: after how many milliseconds a lost connection is made again.</summary>
    public static readonly ReadOnlyMemory<byte> Retry = "retry: 3000\n\n"u8.ToArray();

    /// <summary>What keeps a silent connection open: a comment, which clients ignore.</summary>
    public static readonly ReadOnlyMemory<byte> Heartbeat = ": 15 s without news\n\n"u8.ToArray();

    /// <summary>What ends a stream when the process stops: when to come back, each client at another time.</summary>
    public static byte[] ComeBack(int milliseconds) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"retry: {milliseconds}\n\n"));

    /// <summary>How a batch stands, for who comes in.</summary>
    public static byte[] Snapshot(BatchView view) => Make("snapshot", view, withEta: false, withPause: false);

    /// <summary>What whoever comes in is told first: how the batch stands, and if it has ended, that too, for no news will say it.</summary>
    public static byte[] First(BatchView view) => view.Batch.HasEnded ? [.. Snapshot(view), .. End(view)] : Snapshot(view);

    /// <summary>How a batch stands after something has changed.</summary>
    /// <param name="before">As it was told last.</param>
    /// <param name="view">As it is.</param>
    public static byte[] Change(Batch before, BatchView view)
    {
        var batch = view.Batch;
        if (batch.HasEnded)
            return End(view);
        return before.Status != batch.Status || before.Pause != batch.Pause || before.Round != batch.Round
            ? Make("state", view, withEta: false, withPause: true)
            : Make("progress", view, withEta: true, withPause: false);
    }

    /// <summary>How a batch has ended.</summary>
    public static byte[] End(BatchView view) => Make("end", view, withEta: false, withPause: false);

    private static byte[] Make(string name, BatchView view, bool withEta, bool withPause)
    {
        var batch = view.Batch;
        var data = JsonAnswer.Render(view, (writer, in shown) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, shown.Batch.Id);
            writer.WriteString("status"u8, Words.Of(shown.Batch.Status));
            if (withPause)
                BatchWriter.WritePause(writer, shown.Batch.Pause);
            BatchWriter.WriteBaseCounts(writer, shown.Batch.Counts);
            writer.WriteEndObject();
            if (withEta)
                BatchWriter.WriteEta(writer, shown, withRate: false);
            writer.WriteEndObject();
        });
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {batch.Revision}\nevent: {name}\ndata: "));
        return [.. head, .. data, (byte)'\n', (byte)'\n'];
    }
}
