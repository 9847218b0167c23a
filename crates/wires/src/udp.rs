//! A port over UDP: each writing is one datagram, as displays of the network want it. That nobody is there shows only
//! where the other machine says so.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UdpSocket;

use crate::port::Port;

/// Binds a socket that speaks with `address` (`host:port`) and nobody else.
///
/// # Errors
/// What the network says.
pub(super) async fn open(address: &str) -> io::Result<Port> {
    let Some(peer) = tokio::net::lookup_host(address).await?.next() else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let any = if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(peer).await?;
    let socket = Arc::new(socket);
    Ok(Port { reader: Box::new(Half(Arc::clone(&socket))), writer: Box::new(Half(socket)) })
}

struct Half(Arc<UdpSocket>);

impl AsyncRead for Half {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            let before = buffer.filled().len();
            ready!(self.0.poll_recv(context, buffer))?;
            // An empty datagram is no end of anything, and nothing read would say that the port is gone.
            if buffer.filled().len() > before || buffer.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl AsyncWrite for Half {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.0.poll_send(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
