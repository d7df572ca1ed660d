using System.Collections.Concurrent;

namespace RealTimeActors.Edge.Authentication.Jwt;

/// <summary>The ciphers of one key. One is used by one thread at a time (their documentation promises no more), and making one costs more than a check.</summary>
internal sealed class CipherPool<T>(Func<T> create)
    where T : IDisposable
{
    private readonly ConcurrentBag<T> _idle = [];
    private readonly int _idleMax = Environment.ProcessorCount;

    /// <summary>A cipher until the loan is disposed of.</summary>
    internal Loan Rent() => new(this, _idle.TryTake(out var cipher) ? cipher : create());

    private void Return(T cipher)
    {
        if (_idle.Count < _idleMax)
            _idle.Add(cipher);
        else
            cipher.Dispose();
    }

    internal readonly struct Loan(CipherPool<T> pool, T cipher) : IDisposable
    {
        internal T Cipher { get; } = cipher;

        public void Dispose() => pool.Return(Cipher);
    }
}
