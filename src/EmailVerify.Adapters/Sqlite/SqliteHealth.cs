using System.Globalization;
using EmailVerify.Core.Doctor;
using Microsoft.Data.Sqlite;

namespace EmailVerify.Adapters.Sqlite;

/// <summary>Whether the database of a folder can be used: by a connection of its own, so that it can be looked at beside whoever works in it.</summary>
public static class SqliteHealth
{
    private const string Why = "Verdicts, batches and retries are kept in it: nothing is told to a caller before it is stored.";
    private const string Restore = "Stop the service, copy the folder, and restore the database from your last backup; what sqlite3's .recover saves of the copy may be newer.";

    // https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Interrupted = 9;

    /// <summary>Looks at it: schema, whether it takes writes, whether its pages are whole.</summary>
    /// <param name="path">The database file.</param>
    /// <param name="patience">How long its pages are looked at; what is larger than that is looked at in part.</param>
    /// <param name="clock">The clock.</param>
    public static Task<Check> LookAsync(string path, TimeSpan patience, TimeProvider clock) => Task.Run(() => Look(path, patience, clock));

    /// <summary>Gets the check of a database that has not been made yet.</summary>
    public static Check NotMade => Of(CheckState.Ok, "There is no database yet: the first start makes it.");

    /// <summary>Makes the check of a database that could not be opened.</summary>
    /// <param name="why">Why, in a sentence.</param>
    public static Check Unusable(string why) => Of(CheckState.Failed, why, "Do as the sentence says.");

    private static Check Look(string path, TimeSpan patience, TimeProvider clock)
    {
        try
        {
            var (found, newest) = (SqliteSchema.Find(path), SqliteSchema.Known[^1]);
            if (found != newest)
            {
                var seen = string.Create(CultureInfo.InvariantCulture, $"The database has schema {found}, and this version knows {newest}.");
                return found < newest
                    ? Of(CheckState.Warning, seen, "The next start of this version migrates it, as emailverify migrate does. Where a service uses it now, that one is older: ask it with its own emailverify.")
                    : Of(CheckState.Failed, seen, "Start the newer version that made it.");
            }

            using var session = SqliteSession.Open(path, readOnly: false);

            // The right to write is taken and given back: nothing is changed.
            _ = session.Execute("BEGIN IMMEDIATE");
            _ = session.Execute("ROLLBACK");
            return Check(session, newest, patience, clock);
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is Busy or Locked)
        {
            return Of(CheckState.Warning, "The database was busy for five seconds: nothing more can be said of it now.", "Look again; where it stays so, see which process writes into it.");
        }
        catch (SqliteException failure)
        {
            return Of(CheckState.Failed, $"The database cannot be used: {failure.Message.TrimEnd('.')}.", $"Look at the rights of {Path.GetDirectoryName(path)} and at the room on its disk. If the file is damaged: {Restore}");
        }
    }

    private static Check Check(SqliteSession session, int schema, TimeSpan patience, TimeProvider clock)
    {
        using var alarm = new CancellationTokenSource(patience, clock);
        using var ending = alarm.Token.Register(session.Interrupt);
        string? word;
        try
        {
            word = session.First("PRAGMA quick_check(1)", reader => reader.GetString(0));
        }
        catch (SqliteException interrupted) when (interrupted.SqliteErrorCode is Interrupted)
        {
            return Of(CheckState.Ok, string.Create(CultureInfo.InvariantCulture, $"The database has schema {schema} and takes writes; its first pages are whole, and all are more than are looked at in {patience.TotalSeconds:0.#} s."));
        }

        return word is "ok"
            ? Of(CheckState.Ok, string.Create(CultureInfo.InvariantCulture, $"The database has schema {schema}, takes writes, and its pages are whole."))
            : Of(CheckState.Failed, $"The database is damaged: {word}.", Restore);
    }

    private static Check Of(CheckState state, string seen, string? cure = null) => new(CheckIds.Database, state, seen, Why) { Cure = cure, StopsWork = state is CheckState.Failed };
}
