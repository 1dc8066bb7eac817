using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EmailVerify.Adapters;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Doctor;
using EmailVerify.Core.Exports;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Host.Api;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EmailVerify.Host.Tests.Api.Batches;

/// <summary>The API with batches in a real database of its own, and grains that do nothing by themselves.</summary>
internal sealed class BatchHost : IAsyncDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("emailverify-tests-");
    private readonly DataFolder folder;
    private readonly SqliteDatabase database;

    private BatchHost()
    {
        folder = Assert.IsType<FolderOpening.Opened>(DataFolder.Open(directory.FullName, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        database = Assert.IsType<DatabaseOpening.Opened>(SqliteDatabase.Open(folder)).Database;
        Sqlite = new SqliteBatchStore(database);
        Exports = new SqliteExportStore(database);
    }

    public ApiHost Api { get; private set; } = null!;

    public SqliteBatchStore Sqlite { get; }

    public SqliteExportStore Exports { get; }

    public FakeBatchGrains Grains => (FakeBatchGrains)Api.Services.GetRequiredService<IGrains<IBatchGrain>>();

    public FakeTimeProvider Clock => Api.Clock;

    /// <param name="bounds">The bounds of uploads, or the default ones.</param>
    /// <param name="stub">What stands before the store, or nothing.</param>
    /// <param name="doctor">What the doctor finds when it looks; null is that all is well.</param>
    /// <param name="also">Adds more services, also in place of others.</param>
    public static async Task<BatchHost> StartAsync(
        UploadBounds? bounds = null, Func<IBatchStore, IBatchStore>? stub = null, Func<DoctorReport>? doctor = null, Action<BatchHost, IServiceCollection>? also = null)
    {
        var host = new BatchHost();
        var clock = new FakeTimeProvider(ApiHost.Start);
        var store = stub is null ? host.Sqlite : stub(host.Sqlite);
        host.Api = await ApiHost.StartAsync(clock: clock, doctor: doctor, services: services =>
        {
            _ = services.AddSingleton(store)
                .AddSingleton<IExportStore>(host.Exports)
                .AddSingleton<IGrains<IBatchGrain>>(new FakeBatchGrains(store, clock))
                .AddSingleton(bounds ?? UploadBounds.Default);
            also?.Invoke(host, services);
        });
        return host;
    }

    public Task<HttpResponseMessage> UploadAsync(string body, string type = "text/csv", string query = "", params (string Name, string Value)[] headers) =>
        UploadAsync(Encoding.UTF8.GetBytes(body), type, query, headers);

    public async Task<HttpResponseMessage> UploadAsync(byte[] body, string type, string query = "", params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await UploadAsync(content, query, headers);
    }

    public async Task<HttpResponseMessage> UploadAsync(HttpContent content, string query = "", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/batches" + query) { Content = content };
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value) || content.Headers.TryAddWithoutValidation(name, value));
        return await Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Uploads rows and gives the id of their batch.</summary>
    public async Task<string> CreateAsync(string body, string type = "text/csv", string query = "")
    {
        using var response = await UploadAsync(body, type, query);
        Assert.Equal(202, (int)response.StatusCode);
        return (string)(await response.JsonAsync())["id"]!;
    }

    public async Task<Batch> FindAsync(string id) => Assert.IsType<Batch>(await Sqlite.FindAsync(id, TestContext.Current.CancellationToken));

    /// <summary>Counts batches and chunks that are stored, those of drafts too.</summary>
    public long Stored()
    {
        using var connection = new SqliteConnection($"Data Source={folder.DatabasePath};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM batches) + (SELECT count(*) FROM batch_chunks)";
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Works as a grain would: every row that is open gets a verdict.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="verdict">The verdict of an address; null leaves it open.</param>
    /// <param name="chunks">How many chunks.</param>
    public async Task WorkAsync(string id, Func<string, Verdict?>? verdict = null, int chunks = int.MaxValue)
    {
        foreach (var claim in await Sqlite.ClaimAsync(id, -1, Math.Min(chunks, 1_000_000)))
        {
            var items = await Sqlite.LoadAsync(id, claim, TestContext.Current.CancellationToken);
            var outcomes = items!.Value
                .Select(item => (item, Verdict: verdict is null ? Accepted : verdict(item.Email)))
                .Where(pair => pair.Verdict is not null)
                .Select(pair => (ItemOutcome)new ItemOutcome.Done(pair.item, pair.Verdict!, null, null))
                .ToImmutableArray();
            _ = await Sqlite.FlushAsync(new BatchFlush(id, claim, outcomes, ClosesChunk: outcomes.Length == items.Value.Length, Clock.GetUtcNow()));
        }
    }

    public static readonly Verdict Accepted = Samples.Rejected with { Status = VerdictStatus.Deliverable, Reason = VerdictReason.AcceptedEmail, Score = 97, AcceptAll = false };

    public static readonly Verdict TimedOut = Samples.Rejected with { Status = VerdictStatus.Unknown, Reason = VerdictReason.Timeout, Score = 50, AcceptAll = null };

    public async Task<JsonObject> JsonAsync(string path)
    {
        using var response = await Api.GetAsync(path);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.JsonAsync();
    }

    public async Task<string> TextAsync(string path, params (string Name, string Value)[] headers)
    {
        using var response = await Api.GetAsync(path, headers);
        Assert.Equal(200, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await database.DisposeAsync();
        folder.Dispose();
        directory.Delete(recursive: true);
    }
}
