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
	 * Longest time that a connection may take, in seconds; no answer is waited for at all.
	 */
	const SECONDS = 1;

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
	 * Tell Askback.
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
		if ( false === $body ) {
			return;
		}
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
