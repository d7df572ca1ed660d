using System.Globalization;

namespace RealTimeActors.Persistence.Journals;

/// <summary>Nothing can be written just now. It goes on by itself when the store does.</summary>
/// <param name="Reason">What is wrong, in a sentence that anybody may read: nothing of where the store is.</param>
/// <param name="Report">The same for those who run the server: which store, what it said, what to do. Never a password.</param>
/// <param name="Since">When the first write of those that failed since did.</param>
public sealed record JournalOutage(string Reason, string Report, DateTimeOffset Since)
{
    /// <summary>What whoever asked is told.</summary>
    public string Told => string.Create(CultureInfo.InvariantCulture, $"{Reason} It has been so since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
}
