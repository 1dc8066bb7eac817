using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>A few connections that read. In WAL mode they wait for no writer, and no read lasts longer than one short statement.</summary>
internal sealed class SqliteReaders(string path, int size) : IDisposable
{
    private readonly SemaphoreSlim free = new(size);
    private readonly ConcurrentBag<SqliteSession> idle = [];

    /// <summary>Reads on the caller's thread: for a few rows by a key, some microseconds.</summary>
    /// <exception cref="Core.StorageUnavailableException">The database cannot be read now.</exception>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return Read(read);
        }
        finally
        {
            _ = free.Release();
        }
    }

    /// <summary>Reads on a thread of the pool: for pages, which would hold up a grain's scheduler.</summary>
    /// <exception cref="Core.StorageUnavailableException">The database cannot be read now.</exception>
    public async ValueTask<T> ReadPageAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Read(read), cancellationToken);
        }
        finally
        {
            _ = free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (idle.TryTake(out var session))
            session.Dispose();
        free.Dispose();
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        SqliteSession? session = null;
        try
        {
            if (!idle.TryTake(out session))
                session = SqliteSession.Open(path, readOnly: true);
            return read(session);
        }
        catch (SqliteException failure)
        {
            // It may be the connection that is broken: the next reader gets a new one.
            session?.Dispose();
            session = null;
            var explained = SqliteFailure.Explain(failure);
            if (ReferenceEquals(explained, failure))
                throw;
            throw explained;
        }
        finally
        {
            if (session is not null)
                idle.Add(session);
        }
    }
}
