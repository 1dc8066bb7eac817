using System.Buffers;
using System.Collections.Immutable;
using EmailVerify.Adapters;
using EmailVerify.Adapters.Sqlite;
using EmailVerify.Core;
using EmailVerify.Core.Addresses;
using EmailVerify.Core.Batches;
using EmailVerify.Core.Verdicts;
using EmailVerify.Grains.Batches;
using EmailVerify.Grains.Tests.World;

namespace EmailVerify.Grains.Tests.Batches;

/// <summary>A silo with a real database and mail servers that answer by the local part.</summary>
internal sealed class BatchWorld : IAsyncDisposable
{
    public const string Customer = "cus_a";

    private readonly DirectoryInfo directory;
    private readonly DataFolder folder;
    private readonly SqliteDatabase database;

    private BatchWorld(DirectoryInfo directory, DataFolder folder, SqliteDatabase database, Cluster cluster)
    {
        (this.directory, this.folder, this.database, Cluster) = (directory, folder, database, cluster);
        Store = new SqliteBatchStore(database);
    }

    public Cluster Cluster { get; }

    public SqliteBatchStore Store { get; }

    public FakeSessions Sessions => Cluster.Sessions;

    public FakeTime Time => Cluster.Time;

    public static async Task<BatchWorld> StartAsync(Fakes? like = null)
    {
        var place = Directory.CreateTempSubdirectory("emailverify-tests-");
        var opened = Assert.IsType<FolderOpening.Opened>(DataFolder.Open(place.FullName, InstallationKind.Sandbox, TimeProvider.System)).Folder;
        var file = Assert.IsType<DatabaseOpening.Opened>(SqliteDatabase.Open(opened)).Database;
        like ??= new Fakes();
        var fakes = new Fakes
        {
            Plan = like.Plan,
            Settlement = like.Settlement,
            Also = silo =>
            {
                _ = silo.Services.AddSqlite(file);
                like.Also(silo);
            },
        };
        return new BatchWorld(place, opened, file, await Cluster.StartAsync(fakes));
    }

    /// <summary>Stores a batch as an upload does, and wakes it.</summary>
    public async Task<IBatchGrain> BeginAsync(IReadOnlyList<string> emails, Func<Batch, Batch>? also = null, string customer = Customer)
    {
        var id = Id.New("bat", Time.Clock);
        await Store.BeginAsync(id, Time.Now);
        var seen = new Dictionary<AddressHash, long>();
        var (repeats, without) = (0L, 0L);
        for (var number = 0; number * ChunkRows.PerChunk < emails.Count; number++)
        {
            var rows = new ArrayBufferWriter<byte>();
            var hashes = new ArrayBufferWriter<byte>();
            var repeated = ImmutableArray.CreateBuilder<Repeat>();
            var chunk = emails.Skip(number * ChunkRows.PerChunk).Take(ChunkRows.PerChunk).ToArray();
            for (var at = 0; at < chunk.Length; at++)
            {
                var row = (number * ChunkRows.PerChunk) + at + 1;
                ChunkRows.Write(rows, new InputRow(chunk[at], RowNotes.None, default));
                var hash = EmailAddress.TryParse(chunk[at], out var address) ? Cluster.HashOf(address.ToString()) : default;
                hashes.Write(hash.ToOctets());
                without += chunk[at].Length == 0 ? 1 : 0;
                if (hash != default && !seen.TryAdd(hash, row))
                    repeated.Add(new Repeat(row, seen[hash]));
            }

            repeats += repeated.Count;
            await Store.AppendAsync(id, new ChunkDraft(number, chunk.Length, rows.WrittenMemory, hashes.WrittenMemory, repeated.ToImmutable()));
        }

        var batch = new Batch
        {
            Id = id,
            CustomerId = customer,
            Counts = new BatchCounts(emails.Count, 0, 0, 0, 0, 0, emails.Count - repeats, repeats, without, 0),
            CreatedAt = Time.Now,
            ExpiresAt = Time.Now.AddDays(90),
        };
        await Store.PublishAsync(also?.Invoke(batch) ?? batch, null);
        var grain = Cluster.Grains.GetGrain<IBatchGrain>(id);
        await grain.WakeAsync();
        return grain;
    }

    /// <summary>Goes on until the store says something of a batch.</summary>
    public async Task<Batch> UntilAsync(IBatchGrain grain, Func<Batch, bool> holds, TimeSpan? atMost = null, TimeSpan? step = null)
    {
        var seen = await FindAsync(grain);
        await Time.UntilAsync(
            () =>
            {
                seen = FindAsync(grain).AsTask().GetAwaiter().GetResult();
                return holds(seen);
            },
            step ?? TimeSpan.FromMilliseconds(250),
            atMost ?? TimeSpan.FromMinutes(2));
        return seen;
    }

    public Task<Batch> EndAsync(IBatchGrain grain, TimeSpan? atMost = null, TimeSpan? step = null) => UntilAsync(grain, batch => batch.HasEnded, atMost, step);

    public async ValueTask<Batch> FindAsync(IBatchGrain grain) => Assert.IsType<Batch>(await Store.FindAsync(grain.GetPrimaryKeyString(), CancellationToken.None));

    /// <summary>Reads all rows with their results.</summary>
    public async Task<ImmutableArray<ResultRow>> ResultsAsync(IBatchGrain grain, bool withEvidence = false)
    {
        var batch = await FindAsync(grain);
        var all = ImmutableArray.CreateBuilder<ResultRow>();
        for (var number = 0; await Store.ReadAsync(batch, number, withEvidence, CancellationToken.None) is { IsEmpty: false } rows; number++)
            all.AddRange(rows);
        return all.ToImmutable();
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await database.DisposeAsync();
        folder.Dispose();
        directory.Delete(recursive: true);
    }
}
