namespace RealTimeActors.Benchmarks.Journal;

/// <summary>One line of the table.</summary>
internal sealed record JournalFigures(
    string Label, int Streams, int InFlight, int RowEntries, double RowsPerSecond, double EntriesPerSecond, double P50Micros, double P99Micros, double MaxMicros);
