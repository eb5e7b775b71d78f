<?php
/**
 * Sends after the page is done, and waits for no answer.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * The shop works the same when Askback is slow, down or gone.
 */
class Askback_Sender {

	/**
	 * Longest time that sending may take, in seconds. cURL, unlike PHP's own streams, waits for the
	 * answer even where none is asked for (wp-includes/Requests/src/Transport/Curl.php).
	 */
	const SECONDS = 1;

	/**
	 * Whoever takes longer than this many seconds is left in peace for a while.
	 */
	const SLOW = 0.5;

	/**
	 * How long, in seconds, and the transient that remembers it.
	 */
	const REST    = 60;
	const RESTING = 'askback_companion_resting';

	/**
	 * Where to.
	 *
	 * @var string
	 */
	private $endpoint;

	/**
	 * Signs what is sent.
	 *
	 * @var Askback_Signature
	 */
	private $signature;

	/**
	 * Bodies to be sent when the page is done.
	 *
	 * @var string[]
	 */
	private $waiting = array();

	/**
	 * Keep where to and by what.
	 *
	 * @param string            $endpoint  Askback's door for this store.
	 * @param Askback_Signature $signature Signs what is sent.
	 */
	public function __construct( $endpoint, $signature ) {
		$this->endpoint  = $endpoint;
		$this->signature = $signature;
	}

	/**
	 * Take our place: after everybody else's, WooCommerce's saving of its session among them.
	 */
	public function hook() {
		add_action( 'shutdown', array( $this, 'deliver' ), PHP_INT_MAX, 0 );
	}

	/**
	 * Whether Askback was slow a short while ago. What is not told now, the next page tells.
	 *
	 * @return bool
	 */
	public function is_resting() {
		return false !== get_transient( self::RESTING );
	}

	/**
	 * Tell Askback, once the page is done.
	 *
	 * @param string $event   Such as cart.captured.
	 * @param string $cart    The cart's name.
	 * @param array  $content What else is to be said.
	 */
	public function send( $event, $cart, $content = array() ) {
		$said = array(
			'event' => $event,
			'at'    => time(),
			'cart'  => $cart,
		);
		$body = wp_json_encode( array_merge( $content, $said ), JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES );
		if ( false !== $body ) {
			$this->waiting[] = $body;
		}
	}

	/**
	 * Nobody waits any more where PHP can say so; elsewhere a slow Askback is noticed once a minute.
	 */
	public function deliver() {
		if ( ! $this->waiting ) {
			return;
		}
		foreach ( array( 'fastcgi_finish_request', 'litespeed_finish_request' ) as $let_go ) {
			if ( function_exists( $let_go ) ) {
				$let_go();
			}
		}
		$begun = microtime( true );
		foreach ( $this->waiting as $body ) {
			$this->post( $body );
			if ( microtime( true ) - $begun > static::SLOW ) {
				set_transient( self::RESTING, 1, self::REST );
				break;
			}
		}
		$this->waiting = array();
	}

	/**
	 * One of them.
	 *
	 * @param string $body As it is signed.
	 */
	private function post( $body ) {
		wp_remote_post(
			$this->endpoint,
			array(
				'blocking'    => false,
				'timeout'     => self::SECONDS,
				'redirection' => 0,
				'headers'     => array(
					'Content-Type'        => 'application/json',
					'X-Askback-Signature' => $this->signature->of_body( $body ),
				),
				'body'        => $body,
			)
		);
	}
}
