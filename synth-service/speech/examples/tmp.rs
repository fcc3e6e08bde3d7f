use speech::*;
use std::time::Instant;
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let rt = Runtime::open("assets/onnxruntime/libonnxruntime.so".as_ref()).unwrap();
    let l = voice::VoiceLoader::open("assets/voices/hibari".as_ref(), &rt).unwrap();
    let t = Instant::now();
    let e = Engine::start(
        EngineConfig {
            workers: 1,
            queue_capacity: 10,
        },
        || l.load(),
    )
    .unwrap();
    println!("start {:?}", t.elapsed());
    for (i, s) in std::env::args().skip(1).enumerate() {
        let t = Instant::now();
        let c = e
            .submit(Job {
                sentence: s.clone(),
                speed: 1.0,
                deadline: Instant::now(),
            })
            .unwrap()
            .await
            .unwrap();
        match c {
            Ok(c) => {
                println!("{s} {:?} {:?} {:?}", t.elapsed(), c.duration, c.timing);
                std::fs::write(format!("/tmp/w/s{i}.wav"), c.wav).unwrap();
            }
            Err(x) => println!("{x}"),
        }
    }
}
