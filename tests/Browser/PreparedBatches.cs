using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EmailVerify.Browser;

/// <summary>Batches that are there before anybody looks: each is made when the first test wants it.</summary>
internal sealed class PreparedBatches
{
    private static readonly string[] File =
    [
        "Name;E-mail;City",
        "Ada Lovelace;ada.lovelace@gmail.com;London",
        "Nobody;nobody.at.all.1815@gmail.com;Nowhere",
        "Full;full.inbox@gmail.com;Paris",
        "All;anything.goes@catch-all.test;Rome",
        "Badly written;ada..lovelace@postfix.test;Bonn",
        "Typing error;ada@gmial.com;Ulm",
        "Throw-away;ada@mailinator.com;Kiel",
        "Nothing;;Jena",
        "Once more;Ada.Lovelace@GMAIL.com;London",
        "No mail;ada@null-mx.test;Oslo",
        .. Enumerable.Range(0, 110).Select(at => FormattableString.Invariant($"Customer {at};{(at % 4 == 3 ? "no" : "ok")}-{at}@d{1 + (at % 22)}.load.test;Town {at % 7}")),
    ];

    private readonly Lazy<Task<string>> done;
    private readonly Lazy<Task<string>> waiting;

    public PreparedBatches(Func<Task<HttpClient>> client)
    {
        done = new(async () => await MakeAsync(await client(), "Customers of spring", starts: true));
        waiting = new(async () => await MakeAsync(await client(), "Customers of autumn", starts: false));
    }

    /// <summary>Puts the ids of batches into a path: of one that is done for <c>{done}</c>, of one that waits to be started for <c>{waiting}</c>.</summary>
    public async Task<string> FillAsync(string path)
    {
        if (path.Contains("{done}", StringComparison.Ordinal))
            return path.Replace("{done}", await done.Value, StringComparison.Ordinal);
        return path.Contains("{waiting}", StringComparison.Ordinal) ? path.Replace("{waiting}", await waiting.Value, StringComparison.Ordinal) : path;
    }

    private static async Task<string> MakeAsync(HttpClient client, string name, bool starts)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join("\r\n", File))) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        using var response = await client.PostAsync(new Uri($"/v1/batches?name={Uri.EscapeDataString(name)}&start={(starts ? "true" : "false")}", UriKind.Relative), content);
        _ = response.EnsureSuccessStatusCode();
        var batch = await response.Content.ReadFromJsonAsync<JsonElement>();
        var id = batch.GetProperty("id").GetString()!;
        while (starts && batch.GetProperty("status").GetString() is not "completed")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            batch = await client.GetFromJsonAsync<JsonElement>(new Uri("/v1/batches/" + id, UriKind.Relative));
        }

        return id;
    }
}
